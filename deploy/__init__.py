"""What operators use beside the program: the configuration of nginx, and a drill."""
