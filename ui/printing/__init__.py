"""The 打印 page: choose a document, look at it, print it or save it."""
