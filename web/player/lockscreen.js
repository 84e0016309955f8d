// The phone's lock screen, headphones and media keys (Media Session).

const session = navigator.mediaSession;

export const announce = (player, title) => {
  const meta = (name) => document.querySelector(`meta[property="og:${name}"]`)?.content;
  const image = meta("image");
  const artwork = image ? [{ src: new URL(image, document.baseURI).href }] : [];
  session.metadata = new MediaMetadata({ title, artist: meta("site_name") ?? location.hostname, artwork });
  const actions = {
    play: () => player.play(),
    pause: () => player.pause(),
    seekbackward: () => player.skip(-10),
    seekforward: () => player.skip(30),
    seekto: ({ seekTime }) => player.seek(seekTime),
    previoustrack: () => player.sentence(-1),
    nexttrack: () => player.sentence(1),
  };
  for (const [name, act] of Object.entries(actions)) {
    try {
      session.setActionHandler(name, act);
    } catch {
      // Not every browser knows every action.
    }
  }
};

export const report = ({ state, time, duration, rate }) => {
  session.playbackState = state === "playing" ? "playing" : "paused";
  const position = Math.min(time, duration);
  session.setPositionState(duration ? { duration, position, playbackRate: rate } : undefined);
};
