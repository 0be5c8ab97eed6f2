from services.coder import native

native.use()
