"""PyTorch on this machine: devices, threads, and arithmetic that can be repeated."""
