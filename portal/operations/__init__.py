"""What starts, runs, backs up and proves the portal: server, worker, commands."""
