"""Sentences about population grids."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "raster_unreadable": (
        "{file}：不是能读的 GeoTIFF（{reason}）。请用 GIS 软件另存为单波段 GeoTIFF 再试。",
        "{file}: not a GeoTIFF that can be read ({reason}). Save it anew in a GIS, with one band.",
    ),
    "raster_too_large": (
        "{file}：太大（{what} {size}，最多 {limit}）。请裁到本市范围，或换成分块存储的 GeoTIFF。",
        "{file}: too large ({what} {size}, {limit} at most). Clip it to the city, or store it in tiles.",
    ),
    "raster_bands": (
        "{file}：有 {count} 个波段，不知道哪一个是人数。请只留人数一个波段。",
        "{file}: has {count} bands, and which one holds persons is unknown. Keep that band only.",
    ),
    "raster_crs": (
        "{file}：没有写坐标系。请在 GIS 软件里指定后另存。",
        "{file}: states no CRS. Assign it in a GIS and save the file again.",
    ),
    "raster_turned": (
        "{file}：像元的行列不是正东西、正南北向。请重采样成不旋转的栅格。",
        "{file}: its rows and columns are turned. Resample it to a grid that is not.",
    ),
    "raster_negative": (
        "{file}：市域内有 {count} 个像元是负数或无穷大（如 {value}），不会是人数。请把它们设成无数据（NoData）。",
        "{file}: {count} cells in the city are negative or infinite ({value}), which no number of "
        "persons is. Declare them NoData.",
    ),
    "raster_elsewhere": (
        "{file}：栅格不在各乡镇街道的范围里。请核对文件和坐标系。",
        "{file}: the grid lies elsewhere than the townships. Check the file and its CRS.",
    ),
    "raster_many_cells": (
        "{file}：有人的像元 {count} 个，最多 {limit} 个。请把合并的边数调大，如 {combine}。",
        "{file}: {count} cells with persons, {limit} at most. Combine more of them, {combine} a side.",
    ),
}  # fmt: skip
