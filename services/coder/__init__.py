from services.coder.native import CODER

CODER.use()
