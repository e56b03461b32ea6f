// libyaml, which reads and writes YAML.
#include <yaml.h>
