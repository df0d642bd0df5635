"""The computing library of 泰山星火科普云地图; imports without Streamlit.

Each module imports only modules that stand before it in DESIGN order, which
`tests/test_layers.py` asserts.
"""
