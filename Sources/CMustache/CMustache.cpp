#include "CMustache.h"

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::mustache;
using kainjow::mustache::partial;
using Templates = std::unordered_map<std::string, data>;

namespace {

struct Malformed {
  std::string text;
};

struct Missing {
  std::string name;
};

// What was put into an object has failed, and the state says how.
struct Failed {};

std::string copy(lorabook_mustache_text text) {
  // A null pointer is no start of a string, not even of an empty one.
  if (text.count == 0) return {};
  return {static_cast<const char *>(text.bytes), text.count};
}

std::string escaped(const std::string &text) {
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (const char byte : text) {
    // All five are ASCII, so that a byte of them is a scalar of its own in UTF-8.
    switch (byte) {
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '&': result += "&amp;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += byte;
    }
  }
  return result;
}

// What kainjow::mustache writes to, in place of a stream.
struct Output {
  std::string text;
  Output &operator<<(const std::string &more) {
    text += more;
    return *this;
  }
};

}  // namespace

struct lorabook_mustache_state {
  Templates templates;
  data root{data::type::object};
  std::vector<data *> open{&root};
  lorabook_mustache_status status = LORABOOK_MUSTACHE_DONE;
  // What was rendered, or what went wrong.
  std::string text;

  data &put(lorabook_mustache_text key, data part) {
    return (*open.back())[copy(key)] = std::move(part);
  }

  // No exception crosses into C, and nothing is done behind the first.
  template <typename Body>
  void attempt(Body body) noexcept {
    if (status != LORABOOK_MUSTACHE_DONE) return;
    try {
      try {
        body();
      } catch (const Malformed &error) {
        fail(LORABOOK_MUSTACHE_MALFORMED, error.text);
      } catch (const Missing &error) {
        fail(LORABOOK_MUSTACHE_MISSING, error.name);
      } catch (const std::bad_alloc &) {
        fail(LORABOOK_MUSTACHE_MEMORY, "");
      } catch (const std::length_error &) {
        // More than any memory holds.
        fail(LORABOOK_MUSTACHE_MEMORY, "");
      } catch (const std::exception &error) {
        fail(LORABOOK_MUSTACHE_MALFORMED, error.what());
      }
    } catch (...) {
      // Something failed before, or there was no memory for the text of the error.
      if (status == LORABOOK_MUSTACHE_DONE) status = LORABOOK_MUSTACHE_MEMORY;
    }
  }

private:
  void fail(lorabook_mustache_status failure, const std::string &reason) {
    text.clear();
    text = reason;
    status = failure;
  }
};

namespace {

// Names in the innermost object alone, and templates where no name of any data can hide them.
class Lookup : public kainjow::mustache::basic_context<std::string> {
public:
  explicit Lookup(lorabook_mustache_state &state) : state{state}, start{stack()} {
    open.push_back({&state.root, nullptr});
  }

  // An object of a list is filled here, and forgotten when it is popped.
  void push(const data *part) override {
    if (!part->is_partial()) return open.push_back({part, nullptr});
    auto filled = std::make_unique<data>(data::type::object);
    std::vector<data *> around{filled.get()};
    around.swap(state.open);
    part->partial_value()();
    around.swap(state.open);
    if (state.status != LORABOOK_MUSTACHE_DONE) throw Failed{};
    const auto object = filled.get();
    open.push_back({object, std::move(filled)});
  }

  void pop() override { open.pop_back(); }

  const data *get(const std::string &name) const override {
    if (name == ".") return open.back().part;
    for (auto entry = open.rbegin(); entry != open.rend(); ++entry) {
      // A text or a flag that opened a section has no names.
      if (!entry->part->is_object()) continue;
      if (const auto found = entry->part->get(name)) return found;
      break;
    }
    throw Missing{name};
  }

  const data *get_partial(const std::string &name) const override {
    const auto found = state.templates.find(name);
    if (found == state.templates.end()) throw Missing{name};
    // The library would go on until there is no stack.
    if (std::max(start, stack()) - std::min(start, stack()) > deepest) {
      throw Malformed{name + ": Includes itself without end"};
    }
    return &found->second;
  }

private:
  struct Entry {
    const data *part;
    std::unique_ptr<data> owner;
  };

  lorabook_mustache_state &state;
  std::vector<Entry> open;
  const std::uintptr_t start;
  // Bytes of stack: many times what the page takes, and a part of what any thread has.
  static constexpr std::uintptr_t deepest = 256 * 1024;

  static std::uintptr_t stack() {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  }
};

}  // namespace

lorabook_mustache lorabook_mustache_create(void) {
  try {
    return new lorabook_mustache_state;
  } catch (...) {
    return nullptr;
  }
}

void lorabook_mustache_destroy(lorabook_mustache state) { delete state; }

void lorabook_mustache_add_template(
    lorabook_mustache state, lorabook_mustache_text name, lorabook_mustache_text text) {
  state->attempt([&] {
    const auto source = copy(text);
    const mustache parsed{source};
    if (!parsed.is_valid()) throw Malformed{copy(name) + ": " + parsed.error_message()};
    state->templates[copy(name)] = data(source);
  });
}

void lorabook_mustache_put_text(
    lorabook_mustache state, lorabook_mustache_text key, lorabook_mustache_text text) {
  state->attempt([&] { state->put(key, data(copy(text))); });
}

void lorabook_mustache_put_flag(lorabook_mustache state, lorabook_mustache_text key, int flag) {
  state->attempt([&] { state->put(key, data(flag != 0)); });
}

void lorabook_mustache_open_object(lorabook_mustache state, lorabook_mustache_text key) {
  state->attempt([&] { state->open.push_back(&state->put(key, data(data::type::object))); });
}

void lorabook_mustache_close_object(lorabook_mustache state) {
  if (state->open.size() > 1 && state->status == LORABOOK_MUSTACHE_DONE) state->open.pop_back();
}

void lorabook_mustache_put_list(
    lorabook_mustache state, lorabook_mustache_text key, size_t count, void *context,
    void (*fill)(void *context, size_t index), void (*release)(void *context)) {
  if (state->status != LORABOOK_MUSTACHE_DONE) return release(context);
  state->attempt([&] {
    const std::shared_ptr<void> owner(context, release);
    list objects;
    objects.reserve(count);
    for (size_t index = 0; index < count; ++index) {
      // A part that the library itself would call only for the text of a template to include.
      objects.emplace_back(partial([owner, fill, index] {
        fill(owner.get(), index);
        return std::string();
      }));
    }
    state->put(key, data(objects));
  });
}

lorabook_mustache_status lorabook_mustache_render(
    lorabook_mustache state, lorabook_mustache_text name, lorabook_mustache_text *result) {
  state->attempt([&] {
    Lookup lookup(*state);
    mustache parsed(lookup.get_partial(copy(name))->string_value());
    parsed.set_custom_escape(escaped);
    Output output;
    parsed.render(lookup, output);
    if (!parsed.is_valid()) throw Malformed{copy(name) + ": " + parsed.error_message()};
    state->text = std::move(output.text);
  });
  *result = {state->text.data(), state->text.size()};
  return state->status;
}
