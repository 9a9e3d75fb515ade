"""What anybody may read: welcome, privacy, cookies, accessibility, and where to report."""
