// NDJSON to columns by simdjson On-Demand (https://simdjson.org, Apache-2.0): what bench/run.sh json measures the decoder beside.
// A library and not a program, so that both go over the same bytes, on one thread, in turns. The engine knows nothing of it.

// No second thread that looks for structure ahead of the first: one core does all.
#if defined(_REENTRANT)
#undef _REENTRANT
#endif
#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

using namespace simdjson;

namespace {

struct Text {
  int32_t offset; // in the heap
  int32_t length;
};

// What the decoder fills too, for so many rows at a time.
struct Columns {
  int64_t *time; // microseconds since 1970
  Text *device;
  double *temperature;
  double *pressure;
  int64_t *status;
  char *heap; // texts of the rows
  int32_t heap_size;
  int32_t capacity;
};

// yyyy-MM-ddTHH:mm:ss.fffZ, every character checked; a day that was there just before is not counted again.
class Clock {
public:
  bool read(std::string_view text, int64_t &micros) {
    if (text.size() != 24) {
      return false;
    }

    const char *s = text.data();
    if (std::memcmp(s, day_, 11) != 0 && !read_day(s)) {
      return false;
    }

    unsigned wrong = 0;
    unsigned hour = pair(s + 11, wrong), minute = pair(s + 14, wrong), second = pair(s + 17, wrong);
    unsigned millis = pair(s + 20, wrong) * 10 + digit(s[22], wrong);
    wrong |= (s[13] ^ ':') | (s[16] ^ ':') | (s[19] ^ '.') | (s[23] ^ 'Z');
    if (wrong != 0 || hour > 23 || minute > 59 || second > 59) {
      return false;
    }

    micros = midnight_ + (int64_t(hour * 3600 + minute * 60 + second) * 1000 + millis) * 1000;
    return true;
  }

private:
  static unsigned digit(char c, unsigned &wrong) {
    unsigned value = unsigned(c) - '0';
    wrong |= value > 9;
    return value;
  }

  static unsigned pair(const char *s, unsigned &wrong) { return digit(s[0], wrong) * 10 + digit(s[1], wrong); }

  bool read_day(const char *s) {
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned wrong = 0;
    unsigned year = pair(s, wrong) * 100 + pair(s + 2, wrong), month = pair(s + 5, wrong), day = pair(s + 8, wrong);
    wrong |= (s[4] ^ '-') | (s[7] ^ '-') | (s[10] ^ 'T');
    if (wrong != 0 || year == 0 || month - 1 > 11) {
      return false;
    }

    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day - 1 >= lengths[month - 1] + (month == 2 && is_leap)) {
      return false;
    }

    // Howard Hinnant, "chrono-compatible low-level date algorithms" (2013).
    int64_t y = int64_t(year) - (month <= 2);
    int64_t era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    midnight_ = (era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468) * 86400000000;
    std::memcpy(day_, s, sizeof day_);
    return true;
  }

  char day_[11] = {};
  int64_t midnight_ = 0;
};

class Rows {
public:
  explicit Rows(const Columns &columns) : columns_(columns) {}

  // All keys are there, in this order.
  error_code read_one_layout(ondemand::object object) {
    ondemand::value value;
    error_code error;
    if ((error = object.find_field("timestamp").get(value)) || (error = read_time(value)) ||
        (error = object.find_field("device").get(value)) || (error = read_device(value)) ||
        (error = object.find_field("temperature").get_double().get(columns_.temperature[row_])) ||
        (error = object.find_field("pressure").get_double().get(columns_.pressure[row_]))) {
      return error;
    }

    return object.find_field("status").get_int64().get(columns_.status[row_]);
  }

  // Any keys, in any order: what is not there is 0.
  error_code read_any_layout(ondemand::object object) {
    clear_row();
    for (auto member : object) {
      ondemand::field field;
      error_code error;
      if ((error = std::move(member).get(field))) {
        return error;
      }

      // Keys have no escapes that matter here: one that is written with them is another key.
      ondemand::raw_json_string key = field.key();
      ondemand::value &value = field.value();
      switch (key.raw()[0]) {
      case 't':
        error = key.unsafe_is_equal("timestamp") ? read_time(value) : key.unsafe_is_equal("temperature") ? value.get_double().get(columns_.temperature[row_]) : SUCCESS;
        break;
      case 'd':
        error = key.unsafe_is_equal("device") ? read_device(value) : SUCCESS;
        break;
      case 'p':
        error = key.unsafe_is_equal("pressure") ? value.get_double().get(columns_.pressure[row_]) : SUCCESS;
        break;
      case 's':
        error = key.unsafe_is_equal("status") ? value.get_int64().get(columns_.status[row_]) : SUCCESS;
        break;
      }

      if (error) {
        return error;
      }
    }

    return SUCCESS;
  }

  // True when the columns are full.
  bool next() { return ++row_ == columns_.capacity; }

  int32_t count() const { return row_; }

  void restart() { row_ = used_ = 0; }

private:
  void clear_row() {
    columns_.time[row_] = columns_.status[row_] = 0;
    columns_.temperature[row_] = columns_.pressure[row_] = 0;
    columns_.device[row_] = {0, 0};
  }

  error_code read_time(ondemand::value value) {
    std::string_view text;
    error_code error = value.get_string().get(text);
    return error ? error : clock_.read(text, columns_.time[row_]) ? SUCCESS : INCORRECT_TYPE;
  }

  error_code read_device(ondemand::value value) {
    std::string_view text;
    if (error_code error = value.get_string().get(text)) {
      return error;
    }

    if (text.size() > size_t(columns_.heap_size - used_)) {
      return CAPACITY;
    }

    // The parser writes strings over each other, document by document.
    std::memcpy(columns_.heap + used_, text.data(), text.size());
    columns_.device[row_] = {used_, int32_t(text.size())};
    used_ += int32_t(text.size());
    return SUCCESS;
  }

  Columns columns_;
  Clock clock_;
  int32_t row_ = 0;
  int32_t used_ = 0;
};

ondemand::parser parser;

} // namespace

extern "C" {

// The library's version, and the instructions that look for structure and those that read values: the library's own and this file's.
const char *peer_name() {
  static const std::string name = "simdjson " SIMDJSON_STRINGIFY(SIMDJSON_VERSION) " (" + get_active_implementation()->name() + ", " SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION) ")";
  return name.c_str();
}

// Reads all documents; `take` (or none) sees the columns each time they are full, and at the end. How many documents there were, or a negative error.
// Behind the text 64 bytes are readable.
int64_t peer_read(const char *text, int64_t length, int32_t is_changing, const Columns *columns, void (*take)(int32_t rows)) {
  ondemand::document_stream documents;
  if (error_code error = parser.iterate_many(text, size_t(length), size_t(1) << 20).get(documents)) {
    return -int64_t(error);
  }

  Rows rows(*columns);
  int64_t seen = 0;
  for (auto document : documents) {
    ondemand::object object;
    error_code error = document.get_object().get(object);
    if (!error) {
      error = is_changing ? rows.read_any_layout(object) : rows.read_one_layout(object);
    }

    if (error) {
      return -int64_t(error);
    }

    seen++;
    if (rows.next()) {
      if (take) {
        take(rows.count());
      }

      rows.restart();
    }
  }

  if (take && rows.count() > 0) {
    take(rows.count());
  }

  return documents.truncated_bytes() == 0 ? seen : -1;
}
}
