"""What the pages share; besides `app.py` and `pages/` the only place that imports Streamlit."""
