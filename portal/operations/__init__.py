"""Running, backing up and proving the portal: server, worker, commands."""
