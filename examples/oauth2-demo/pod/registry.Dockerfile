# What the app needs, where images can be pulled; its source is mounted.
FROM python:3.12-slim
RUN pip install --no-cache-dir fastapi uvicorn pyjwt debugpy
