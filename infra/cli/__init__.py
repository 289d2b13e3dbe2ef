"""The `fuyuan` command: one module a group, loaded only when it is called."""
