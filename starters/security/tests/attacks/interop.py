import base64
import json
import sys

import jwt
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jwt as jwcrypto_jwt

given = json.loads(sys.argv[1])
algorithm, kid, claims = given["algorithm"], given["kid"], given["claims"]
header = {"kid": kid, "typ": "at+jwt"}
expired = {**claims, "exp": claims["exp"] - 1000}
audience = {**claims, "aud": "somebody else"}


def tampered(token):
    head, body, signature = token.split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "2"}).encode()).rstrip(b"=").decode()
    return ".".join([head, body, signature])


if algorithm == "HS256":
    secret = base64.b64decode(given["key"])
    public = private = secret
    cryptos = jwcrypto_jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(secret).rstrip(b"=").decode())
    published = cryptos
else:
    private = given["key"]
    cryptos = jwcrypto_jwk.JWK.from_pem(private.encode())
    found = next(key for key in given["jwks"]["keys"] if key["kid"] == kid)
    public = jwt.PyJWK(found).key
    published = jwcrypto_jwk.JWK(**found)


def by_pyjwt(what):
    return jwt.encode(what, private, algorithm=algorithm, headers=header)


def by_jwcrypto(what):
    token = jwcrypto_jwt.JWT(header={"alg": algorithm, **header}, claims=what)
    token.make_signed_token(cryptos)
    return token.serialize()


answer = {
    "pyjwt": {"read": jwt.decode(given["token"], public, algorithms=[algorithm], audience="notes", issuer="notes")},
    "jwcrypto": {
        "read": json.loads(
            jwcrypto_jwt.JWT(jwt=given["token"], key=published, algs=[algorithm], expected_type="JWS").claims
        )
    },
}
for name, sign in [("pyjwt", by_pyjwt), ("jwcrypto", by_jwcrypto)]:
    answer[name]["good"] = sign(claims)
    answer[name]["expired"] = sign(expired)
    answer[name]["audience"] = sign(audience)
    answer[name]["tampered"] = tampered(sign(claims))
print(json.dumps(answer))
