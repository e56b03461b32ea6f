#include "CNlohmannJSON.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>

using nlohmann::json;

namespace {

class Events {
public:
  Events(void *context, int (*event)(void *, const lorabook_json_event *)) : context{context}, call{event} {}

  std::string reason;
  std::size_t position = 0;

  bool null() { return send(LORABOOK_JSON_NULL); }
  bool boolean(bool value) { return send(LORABOOK_JSON_BOOLEAN, nullptr, value ? 1 : 0); }
  bool number_integer(json::number_integer_t value) {
    return send(LORABOOK_JSON_SIGNED, nullptr, 0, value);
  }
  bool number_unsigned(json::number_unsigned_t value) {
    return send(LORABOOK_JSON_UNSIGNED, nullptr, value);
  }
  bool number_float(json::number_float_t value, const std::string &) {
    return send(LORABOOK_JSON_REAL, nullptr, 0, 0, value);
  }
  bool string(std::string &value) { return send(LORABOOK_JSON_STRING, &value); }
  bool binary(json::binary_t &) { return false; }
  bool key(std::string &value) { return send(LORABOOK_JSON_KEY, &value); }
  bool start_object(std::size_t) { return send(LORABOOK_JSON_OBJECT_START); }
  bool end_object() { return send(LORABOOK_JSON_OBJECT_END); }
  bool start_array(std::size_t) { return send(LORABOOK_JSON_ARRAY_START); }
  bool end_array() { return send(LORABOOK_JSON_ARRAY_END); }

  bool parse_error(std::size_t at, const std::string &, const nlohmann::detail::exception &error) {
    position = at;
    reason = error.what();
    return false;
  }

private:
  void *context;
  int (*call)(void *, const lorabook_json_event *);

  bool send(lorabook_json_kind kind, const std::string *text = nullptr, std::uint64_t whole = 0,
            std::int64_t negative = 0, double real = 0) {
    const lorabook_json_event event{
        kind, text ? text->data() : nullptr, text ? text->size() : 0, whole, negative, real};
    return call(context, &event) != 0;
  }
};

}  // namespace

lorabook_json_status lorabook_json_read(
    const void *bytes, size_t count, void *context,
    int (*event)(void *context, const lorabook_json_event *event), size_t *position, char *reason,
    size_t capacity) {
  // No exception crosses into C.
  try {
    Events events(context, event);
    const auto first = static_cast<const char *>(bytes);
    if (json::sax_parse(first, first + count, &events)) return LORABOOK_JSON_DONE;
    if (events.reason.empty()) return LORABOOK_JSON_STOPPED;
    *position = events.position;
    std::snprintf(reason, capacity, "%s", events.reason.c_str());
    return LORABOOK_JSON_MALFORMED;
  } catch (const std::bad_alloc &) {
    return LORABOOK_JSON_MEMORY;
  } catch (const std::exception &error) {
    std::snprintf(reason, capacity, "%s", error.what());
    return LORABOOK_JSON_MALFORMED;
  } catch (...) {
    return LORABOOK_JSON_MEMORY;
  }
}
