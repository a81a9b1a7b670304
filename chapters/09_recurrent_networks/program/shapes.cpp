namespace transformer {}
