"""hrtem-transfer: how to carry a segmentation network from one electron-microscope setting to another."""

__version__ = "0.1.0"
