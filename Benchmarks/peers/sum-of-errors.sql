SELECT printf('%.17g', sum(error)) FROM runs;
