# The sidecar where images can be pulled: oauth2-proxy, told by the same variables as the one from Debian's packages.
FROM quay.io/oauth2-proxy/oauth2-proxy:v7.15.6-alpine
COPY oauth2-proxy.sh /oauth2-proxy.sh
ENTRYPOINT ["/bin/sh", "/oauth2-proxy.sh"]
