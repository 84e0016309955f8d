"""Where text comes from: articles, how they are found in pages and files, and where they are kept."""
