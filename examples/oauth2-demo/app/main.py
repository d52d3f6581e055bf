"""Your copy of the app. GET /items/123 fails: find out why with the debugger, fix it, save."""

from typing import Optional

import jwt
from fastapi import FastAPI, Header, Response

ANSWERED_BY = "local"

app = FastAPI()


def claims_of(token: str) -> dict:
    # The sidecar has checked who signed it; what is in it is all that is wanted here.
    return jwt.decode(token, options={"verify_signature": False})


@app.middleware("http")
async def say_who_answers(request, call_next):
    response: Response = await call_next(request)
    response.headers["x-answered-by"] = ANSWERED_BY
    return response


@app.get("/")
def root():
    return {"from": ANSWERED_BY}


@app.get("/items/{item_id}")
def read_item(item_id: int, x_forwarded_access_token: Optional[str] = Header(default=None)):
    if x_forwarded_access_token is None:
        return {"item_id": item_id, "Email": None}
    data = claims_of(x_forwarded_access_token)
    return {"item_id": item_id, "Email": data["Email"]}
