"""What the browser shows: the only part of the library that uses Streamlit."""
