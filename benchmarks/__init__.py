"""The project's measured figures; `python -m benchmarks` prints them."""
