"""Text size, theme and contrast: for the browser, and for whoever is signed in."""
