"""Sentences about boundary layers."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # --- a boundary layer beside the lists ---------------------------------------
    "boundary_missing": (
        "边界里缺少 {names}。请补上这些面，或核对代码。",
        "the layer lacks {names}. Add these polygons or check the codes.",
    ),
    "boundary_unknown": (
        "不在名录里。请核对代码，或先更新名录。",
        "is not in the list. Check the code, or update the list first.",
    ),
    "boundary_repeated": (
        "在边界里出现 {count} 次。同一代码请合并成一个面。",
        "stands {count} times in the layer. Merge it into one polygon.",
    ),
    "boundary_invalid": (
        "图形无效（{detail}）。请在 GIS 软件里修复几何图形后再导入。",
        "has an invalid shape ({detail}). Repair the geometry in a GIS and import again.",
    ),
    "boundary_overlap": (
        "与 {other} 重叠 {km2} 平方公里。请在 GIS 软件里改正共用界线。",
        "overlaps {other} by {km2} km². Mend the shared border in a GIS.",
    ),
    "boundary_gap": (
        "这里有 {km2} 平方公里的空隙，不属于任何面（经度 {lon}，纬度 {lat}）。请在 GIS 软件里补上。",
        "a gap of {km2} km² belongs to no polygon (longitude {lon}, latitude {lat}). Close it.",
    ),
    "boundary_uncovered": (
        "有 {km2} 平方公里没有被所辖乡镇街道盖住。请核对界线。",
        "has {km2} km² that its townships do not cover. Check the borders.",
    ),
    "boundary_outside": (
        "所辖乡镇街道有 {km2} 平方公里伸出县市区之外。请核对界线。",
        "has townships that reach {km2} km² beyond it. Check the borders.",
    ),
    "boundary_area": (
        "边界面积 {found} 平方公里，名录里是 {expected} 平方公里，相差 {percent}%（最多 1%）。请核对界线。",
        "measures {found} km², the list has {expected} km²: {percent}% apart (1% at most). Check it.",
    ),
    "layer_lacks": (
        "边界比名录旧：缺少新名录里的 {names}，地图上画不出来。有了新的边界请导入。",
        "the layer is older than the list and lacks {names}: not drawn. Import a newer layer.",
    ),
    "layer_keeps": (
        "边界比名录旧：仍有已停用的 {names}，地图上不再着色。有了新的边界请导入。",
        "the layer is older than the list and still has {names}, which have ended. Import a newer one.",
    ),
    "boundary_unmatched": (
        "与相邻的面共用的界线没有逐点对上。请在 GIS 软件里把顶点捕捉到一起。",
        "does not match its neighbours' border vertex for vertex. Snap the vertices in a GIS.",
    ),
    # --- the official layer: reading its file --------------------------------------
    "layer_type": (
        "{file}：不是能读的边界文件。请用 zip 打包的 shapefile（.shp、.dbf、.prj）、GeoPackage、GeoJSON、KML 或 FlatGeobuf。",
        "{file}: not a boundary file that can be read. Use a zipped shapefile (.shp, .dbf, .prj), "
        "GeoPackage, GeoJSON, KML or FlatGeobuf.",
    ),
    "layer_parts": (
        "{file}：压缩包里应有一份边界文件（shapefile 要有 .shp 和 .dbf），找到 {count} 份。请重新打包。",
        "{file}: the archive should hold one boundary file (of a shapefile .shp and .dbf); it has {count}.",
    ),
    "layer_unreadable": (
        "{file}：读不出来（{reason}）。请在 GIS 软件里打开核对，另存为 GeoPackage 再试。",
        "{file}: cannot be read ({reason}). Open it in a GIS, save it as GeoPackage and try again.",
    ),
    "layer_too_large": (
        "{file}：{what}太大（{size}，最多 {limit}）。请只导出本市的乡镇（街道）界，或在 GIS 软件里简化后再试。",
        "{file}: too large ({what} {size}, {limit} at most). Export this city only, or generalise it in a GIS.",
    ),
    "layer_tangled": (
        "{file}：界线互相交叉（估计 {count} 处以上），不像一张界线图。请在 GIS 软件里做拓扑检查，改正后再试。",
        "{file}: lines cross each other (some {count} times or more), which is no map of borders. Check the topology in a GIS, repair it and try again.",
    ),
    "layer_several": (
        "{file}：里面有 {count} 层：{layers}。请写明要哪一层（命令行：--layer）。",
        "{file}: holds {count} layers: {layers}. Name one (command line: --layer).",
    ),
    "layer_empty": ("文件里没有面。请核对文件。", "the file holds no polygons. Check it."),
    "layer_schematic": (
        "{file}：文件里写明是示意图，不能当作正式边界。请用主管部门提供的文件。",
        "{file}: states that it is schematic and cannot become the official layer.",
    ),
    "layer_crs_missing": (
        "文件没有写明坐标系，或写的与数值不符。{hint}请写明坐标系（命令行：--crs），如 EPSG:4490（CGCS2000 经纬度）、"
        "EPSG:4548（CGCS2000 三度带，中央经线 117°）、EPSG:4527（同前，坐标前加带号 39）。",
        "the file states no CRS, or one its numbers do not fit. {hint}Say which with --crs, for example "
        "EPSG:4490 (CGCS2000 degrees), EPSG:4548 (CGCS2000 3-degree zone, 117°E), EPSG:4527 (with zone 39).",
    ),
    "layer_crs_unknown": (
        "坐标系 {crs} 不能用：只收 WGS 84 和 CGCS2000 的经纬度或投影坐标。文件写错了就写明坐标系（命令行：--crs），否则请先转换。",
        "the CRS {crs} cannot be used: only WGS 84 and CGCS2000, in degrees or projected. "
        "Say with --crs if the file is wrong about it, else convert first.",
    ),
    "layer_crs_shift": (
        "坐标系 {crs} 属于{datum}，与 CGCS2000 相差上百米，转换参数各地不同，程序不做。请让提供单位转换成 CGCS2000 再导入。",
        "the CRS {crs} is of {datum}, which differs from CGCS2000 by some 100 m and by local parameters. "
        "Ask the provider to convert it to CGCS2000.",
    ),
    "layer_outside": (
        "按 {crs} 读，边界在 {where}，不在泰安。{hint}请改正坐标系（命令行：--crs）。",
        "read as {crs} the layer lies at {where}, not in Tai'an. {hint}Correct the CRS (command line: --crs).",
    ),
    "layer_columns": (
        "没有一列对得上名录里的代码或名称。文件的列：{columns}。请指明代码列或名称列（命令行：--code-column、--name-column）。",
        "no column matches the list's codes or names. Columns: {columns}. Name the column of codes or of "
        "names (command line: --code-column, --name-column).",
    ),
    "layer_column_absent": (
        "文件里没有列 {column}。文件的列：{columns}。",
        "the file has no column {column}. Columns: {columns}.",
    ),
    "layer_source_missing": (
        "正式边界要写明来源（--source）：哪个单位编制、由谁提供。",
        "an official layer needs its source (--source): who compiled it and who gave it.",
    ),
    "layer_unknown": (
        "没有编号为 {layer_id} 的边界。请用 python -m geo boundaries list 查看。",
        "there is no layer {layer_id}. See python -m geo boundaries list.",
    ),
    # --- the official layer beside the lists ----------------------------------------
    "boundary_read": (
        "按 {crs} 读入 {count} 个要素；代码列：{code_column}，名称列：{name_column}。",
        "{count} feature(s) read as {crs}; code column: {code_column}, name column: {name_column}.",
    ),
    "boundary_crs_told": (
        "文件写的坐标系是 {stated}，已按您说的 {crs} 读入。",
        "the file states {stated}; it was read as {crs}, as you said.",
    ),
    "boundary_unlisted": (
        "不在名录里。{suggestion}请核对名称或代码；名录变了就先更新名录。",
        "is not in the list. {suggestion}Check name and code, or update the list first.",
    ),
    "boundary_elsewhere": (
        "代码不是本市的，共 {count} 个要素：{names}。请只导出本市的。",
        "{count} feature(s) have codes of other cities: {names}. Export this city only.",
    ),
    "boundary_ambiguous": (
        "对应名录里不止一个：{candidates}。请补上代码。",
        "matches more than one of the list: {candidates}. Add the code.",
    ),
    "boundary_contradiction": (
        "名称与代码不一致：代码在名录里是 {listed}，名称对应 {named}。请改正其中一个。",
        "name and code disagree: the code is {listed}, the name is {named}. Mend one.",
    ),
    "boundary_twice": (
        "在文件里对应不止一个不同的要素：{features}。请只留一个，或合并。",
        "is matched by several different features: {features}. Keep one or merge them.",
    ),
    "boundary_not_area": (
        "有 {count} 个要素不是面（点、线或空的），没有用。",
        "{count} feature(s) are not polygons (points, lines or empty) and were left out.",
    ),
    "boundary_dissolved": (
        "在文件里分成 {count} 个要素，已合并成一个面。",
        "comes in {count} features, which were merged.",
    ),
    "boundary_name_differs": (
        "在名录里叫 {listed}，按代码对应。",
        "is called {listed} in the list; matched by code.",
    ),
    "boundary_code_differs": (
        "代码不在名录里，按名称对应 {listed}。",
        "has a code that is not in the list; matched by name to {listed}.",
    ),
    "boundary_mended": (
        "图形有小毛病（{detail}），已修复，面积改变 {size}。",
        "had a small fault ({detail}), mended; its area changed by {size}.",
    ),
    "boundary_unsafe": (
        "图形无效（{detail}），自动修复会使面积改变 {size}，没有做。请在 GIS 软件里修复后再导入。",
        "has an invalid shape ({detail}); mending it would change its area by {size}. Repair it in a GIS.",
    ),
    "boundary_slivers": (
        "之间有 {count} 处窄于 {width} 米的缝隙或重叠，共 {size}，已合拢。",
        "{count} gap(s) and overlap(s) narrower than {width} m between them, {size} together, were closed.",
    ),
    "boundary_slivers_rest": (
        "其余 {pairs} 组相邻界线上还有 {count} 处窄于 {width} 米的缝隙或重叠，共 {size}，已合拢。",
        "{count} more gap(s) and overlap(s) narrower than {width} m along {pairs} other borders, {size}, were closed.",
    ),
    "boundary_overlap_small": (
        "重叠 {size}（{count} 处，最大的在经度 {lon}、纬度 {lat}），已划给共用界线较长的一方。请核对。",
        "overlap by {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}); "
        "given to the one with the longer common border. Check it.",
    ),
    "boundary_overlap_large": (
        "重叠 {size}（{count} 处，最大的在经度 {lon}、纬度 {lat}），超过 {limit}。请在 GIS 软件里改正共用界线。",
        "overlap by {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}), more than "
        "{limit}. Mend the shared border in a GIS.",
    ),
    "boundary_gap_small": (
        "之间有 {size} 的空隙（{count} 处，最大的在经度 {lon}、纬度 {lat}），不属于任何一个，留空。请核对。",
        "leave a gap of {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}), left open. Check it.",
    ),
    "boundary_gap_large": (
        "之间有 {size} 的空隙（{count} 处，最大的在经度 {lon}、纬度 {lat}），超过 {limit}。请在 GIS 软件里补上，或补上缺少的面。",
        "leave a gap of {size} ({count} place(s), the largest at longitude {lon}, latitude {lat}), more than "
        "{limit}. Close it in a GIS or add the missing polygon.",
    ),
    "boundary_gap_beyond": (
        "围着一块 {size} 的空地（经度 {lon}、纬度 {lat}），县市区界也不含它（飞地），留空。",
        "enclose {size} (longitude {lon}, latitude {lat}) that the county outlines leave out too; left open.",
    ),
    "boundary_differs": (
        "与现有的县市区界相差 {percent}%：少 {less}（{less_to}），多 {more}（{more_from}）。",
        "differs from the county outlines in force by {percent}%: {less} less ({less_to}), {more} more ({more_from}).",
    ),
    "boundary_far": (
        "与现有的县市区界相差 {percent}%（最多 {limit}%）：少 {less}（{less_to}），多 {more}（{more_from}）。"
        "请核对坐标系，和乡镇（街道）所属的县市区。",
        "differs from the county outlines in force by {percent}% ({limit}% at most): {less} less ({less_to}), "
        "{more} more ({more_from}). Check the CRS and which county each township belongs to.",
    ),
    "boundary_area_differs": (
        "边界面积 {found} 平方公里，名录里是 {expected} 平方公里，相差 {percent}%。",
        "measures {found} km², the list has {expected} km²: {percent}% apart.",
    ),
    "boundary_shifted": (
        "像是 {datum} 坐标：外围与现有的县市区界平均相差约 {now} 米，按 {datum} 换算后约 {then} 米。"
        "确是 {datum} 就加 --datum {flag}；确认不是就加 --datum cgcs2000。",
        "looks like {datum}: the outline is some {now} m off the county outlines in force, and {then} m when "
        "converted. Add --datum {flag}, or --datum cgcs2000 if you are sure it is not.",
    ),
}
