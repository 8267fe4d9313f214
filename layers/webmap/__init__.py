"""The interactive map: its state, geometry and Folium page."""
