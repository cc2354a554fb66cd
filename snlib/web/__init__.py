"""The ASGI side of the dashboard: routes, middleware, start and stop. Starlette here, no Streamlit."""
