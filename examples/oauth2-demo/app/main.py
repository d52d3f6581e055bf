"""Your copy of the app. GET /items/123 fails: find out why with the debugger, fix it, save."""

from typing import Optional

import jwt
from fastapi import FastAPI, Header, Response

app = FastAPI()


def claims_of(token: str) -> dict:
    # The sidecar has checked who signed it; what is in it is all that is wanted here.
    return jwt.decode(token, options={"verify_signature": False})


@app.get("/")
def root(response: Response):
    response.headers["cache-control"] = "max-age=60"
    return {"service": "items"}


@app.get("/items/{item_id}")
def read_item(item_id: int, x_forwarded_access_token: Optional[str] = Header(default=None)):
    if x_forwarded_access_token is None:
        return {"item_id": item_id, "Email": None}
    data = claims_of(x_forwarded_access_token)
    return {"item_id": item_id, "Email": data["Email"]}
