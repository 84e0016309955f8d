// In a box of 24 by 24. What points along the line of reading is mirrored with it; play and the round arrows are not.
export const ICONS = {
  play: "M7 4.5v15L19.5 12z",
  pause: "M6 4.5h4v15H6zM14 4.5h4v15h-4z",
  wait: "M12 3a9 9 0 1 0 9 9h-2.5A6.5 6.5 0 1 1 12 5.5z",
  again: "M12 5V1.5L6.5 7l5.5 5.5V8a5.5 5.5 0 1 1-5.5 5.5h-3A8.5 8.5 0 1 0 12 5z",
  back: "M12 4V.5L6.5 5 12 9.5V6a7 7 0 1 1-7 7H3a9 9 0 1 0 9-9zM9 10v6h1.5v-6zM12 10v6h4v-6zm1.5 1.5h1v3h-1z",
  forward: "M12 4V.5L17.5 5 12 9.5V6a7 7 0 1 0 7 7h2a9 9 0 1 1-9-9zM7.5 10v1.5H10v1H8v1h2v1H7.5V16h4v-6zM13 10v6h4v-6zm1.5 1.5h1v3h-1z",
  previous: "M5 5h2.5v14H5zM19 5v14L8.5 12z",
  next: "M16.5 5H19v14h-2.5zM5 5v14l10.5-7z",
  along: "M3 5h18v2H3zM3 10h9v4H3zM14 11h7v2h-7zM3 17h18v2H3z",
  more: "M5 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
};
