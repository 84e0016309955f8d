// What is remembered in the reader's own browser, and nowhere else; where storage is blocked, as long as the page lives.

const PREFIX = "istami:";
const KEPT = 30 * 24 * 3600 * 1000; // ms
const here = {};

const use = (work) => {
  try {
    return work(localStorage);
  } catch {
    return null; // Blocked or full, or what stands there is not ours.
  }
};

const stored = (key) =>
  use((storage) => {
    const value = JSON.parse(storage.getItem(key));
    if (!(Math.abs(Date.now() - value?.when) > KEPT)) return value;
    storage.removeItem(key);
    return null;
  });

export const recall = (name) => here[name] ?? stored(PREFIX + name);

// Null forgets. What is older than 30 days is forgotten at the same time.
export const remember = (name, value) => {
  here[name] = value;
  use((storage) => {
    for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) stored(key);
    storage.setItem(PREFIX + name, JSON.stringify(value));
  });
};
