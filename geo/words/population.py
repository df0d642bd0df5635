"""Words about population grids."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "population.note": (
        "由栅格 {file} 汇总：像元边长约 {cell_m} 米，中心落在{kind}边界内的像元计入",
        "Summed from the grid {file}: cells of some {cell_m} m with their centre inside the {kind} outline",
    ),
    "population.official": ("正式", "official"),
    "population.schematic": ("示意", "schematic"),
    "population.found": (
        "{townships} 个乡镇街道，{persons} 人；像元边长约 {cell_m} 米",
        "{townships} townships, {persons} persons; cells of some {cell_m} m",
    ),
    "population.unknown": (
        "栅格没有完整盖住、因而不计的乡镇街道 {count} 个：{names}",
        "{count} townships left out, which the grid does not cover wholly: {names}",
    ),
    "population.approximate": (
        "现用的乡镇边界是示意图，各乡镇的人数只是近似；有了正式边界请重新汇总。",
        "The township outlines in force are schematic, so the sums are an approximation; sum again "
        "when there are official ones.",
    ),
}  # fmt: skip
