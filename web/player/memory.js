// What is remembered in the reader's own browser, and nowhere else. Storage may be blocked: then nothing is.

const PREFIX = "istami:";
const KEPT = 30 * 24 * 3600 * 1000; // ms

const use = (work) => {
  try {
    return work(localStorage);
  } catch {
    return null;
  }
};

const isOld = (value) => value?.when < Date.now() - KEPT;

export const recall = (name) =>
  use((storage) => {
    const value = JSON.parse(storage.getItem(PREFIX + name));
    return isOld(value) ? null : value;
  });

// Undefined forgets. What is older than 30 days is forgotten at the same time.
export const remember = (name, value) => {
  use((storage) => {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(PREFIX) && isOld(JSON.parse(storage.getItem(key)))) storage.removeItem(key);
    }
    if (value === undefined) storage.removeItem(PREFIX + name);
    else storage.setItem(PREFIX + name, JSON.stringify(value));
  });
};
