"""HTTP routes beside Streamlit's."""
