return add(arg)
