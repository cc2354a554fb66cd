"""What the browser shows: the only room that knows Streamlit."""
