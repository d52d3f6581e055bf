# Keycloak where images can be pulled; it imports the demo's realm at its first start.
FROM quay.io/keycloak/keycloak:26.3.5
COPY realm.json /opt/keycloak/data/import/realm.json
ENV KC_HEALTH_ENABLED=true KC_HTTP_ENABLED=true KC_HOSTNAME_BACKCHANNEL_DYNAMIC=true
CMD ["start-dev", "--import-realm"]
