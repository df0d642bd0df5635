"""Rows entered twice: found by `suspects` out of `pairs` and `names`, made one by `merging`."""
