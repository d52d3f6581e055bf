# Logs people in at OIDC_ISSUER, as browsers know it, and reaches the same at OIDC_BACKCHANNEL. Passes requests on to the
# app on 127.0.0.1 with the access token in X-Forwarded-Access-Token.
exec oauth2-proxy \
  --provider=oidc \
  --http-address=0.0.0.0:8080 \
  --upstream=http://127.0.0.1:8155 \
  --oidc-issuer-url="$OIDC_ISSUER" \
  --skip-oidc-discovery \
  --login-url="$OIDC_ISSUER/protocol/openid-connect/auth" \
  --redeem-url="$OIDC_BACKCHANNEL/protocol/openid-connect/token" \
  --oidc-jwks-url="$OIDC_BACKCHANNEL/protocol/openid-connect/certs" \
  --client-id=oauth2-demo \
  --client-secret="$OIDC_CLIENT_SECRET" \
  --cookie-secret="$COOKIE_SECRET" \
  --cookie-secure=false \
  --code-challenge-method=S256 \
  --email-domain='*' \
  --pass-access-token \
  --skip-provider-button \
  --silence-ping-logging
