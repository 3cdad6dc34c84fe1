"""Files that are whole: atomic writes, HDF5, Parquet, images, exit waves, checksums; text made safe for a terminal."""
