"""Sentences about reports and what they are made with."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "no_font": (
        "这台机器上没有中文字体，报告里的字会变成方框，所以没有生成。请安装：sudo apt-get install {package}，然后重试。",
        "No Chinese font on this machine: every sign would be an empty box, so no report was made. "
        "Run: sudo apt-get install {package}, and try again.",
    ),
    "report_failed": (
        "报告没有排成（{reason}）。请换一种格式，并把这句话告诉管理员。",
        "The report could not be set ({reason}). Try another format, and tell the operator.",
    ),
}
