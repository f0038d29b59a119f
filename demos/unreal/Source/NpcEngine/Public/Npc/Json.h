// JSON as the protocol needs it: read strictly, written as UTF-8. Plain C++17: knows no Unreal, and throws nothing.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace npc
{

class Json
{
public:
	using List = std::vector<Json>;
	// In the order in which the fields came; the last of those with one name counts.
	using Object = std::vector<std::pair<std::string, Json>>;

	Json() = default;
	Json(bool value) : value_(value) {}
	Json(double value) : value_(value) {}
	Json(int value) : value_(static_cast<double>(value)) {}
	Json(std::int64_t value) : value_(static_cast<double>(value)) {}
	Json(std::uint32_t value) : value_(static_cast<double>(value)) {}
	Json(const char* value) : value_(std::string(value)) {}
	Json(std::string value) : value_(std::move(value)) {}
	Json(List value) : value_(std::move(value)) {}
	Json(Object value) : value_(std::move(value)) {}

	// The value that a text is; nothing if it is none, or nests deeper than 64.
	static std::optional<Json> Parse(std::string_view text);
	std::string Write() const;

	bool IsNull() const { return std::holds_alternative<std::monostate>(value_); }
	bool Bool(bool otherwise = false) const { return Get(otherwise); }
	double Number(double otherwise = 0) const { return Get(otherwise); }
	std::int64_t Whole(std::int64_t otherwise = 0) const { return static_cast<std::int64_t>(Number(static_cast<double>(otherwise))); }
	const std::string& Text() const
	{
		static const std::string empty;
		const auto* found = std::get_if<std::string>(&value_);
		return found ? *found : empty;
	}
	const List& Items() const
	{
		static const List empty;
		const auto* found = std::get_if<List>(&value_);
		return found ? *found : empty;
	}
	const Object& Fields() const
	{
		static const Object empty;
		const auto* found = std::get_if<Object>(&value_);
		return found ? *found : empty;
	}
	bool IsText() const { return std::holds_alternative<std::string>(value_); }
	bool IsNumber() const { return std::holds_alternative<double>(value_); }
	bool IsBool() const { return std::holds_alternative<bool>(value_); }
	bool IsObject() const { return std::holds_alternative<Object>(value_); }

	// A field; null if there is none.
	const Json& operator[](std::string_view name) const
	{
		static const Json null;
		const Object& fields = Fields();
		for (auto each = fields.rbegin(); each != fields.rend(); ++each)
		{
			if (each->first == name) return each->second;
		}
		return null;
	}
	bool Has(std::string_view name) const { return !(*this)[name].IsNull(); }

	// Give a field a value; whatever this was is an object from now on.
	void Set(std::string_view name, Json value)
	{
		if (!IsObject()) value_ = Object();
		Object& fields = std::get<Object>(value_);
		for (auto& each : fields)
		{
			if (each.first == name)
			{
				each.second = std::move(value);
				return;
			}
		}
		fields.emplace_back(std::string(name), std::move(value));
	}

private:
	template <class T>
	T Get(T otherwise) const
	{
		const auto* found = std::get_if<T>(&value_);
		return found ? *found : otherwise;
	}
	void WriteTo(std::string& out) const;

	std::variant<std::monostate, bool, double, std::string, List, Object> value_;
};

namespace detail
{

inline void AppendUtf8(std::string& out, std::uint32_t code)
{
	if (code < 0x80)
	{
		out += static_cast<char>(code);
		return;
	}
	const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static constexpr int heads[] = {0, 0xC0, 0xE0, 0xF0};
	out += static_cast<char>(heads[more] | (code >> (6 * more)));
	for (int place = more - 1; place >= 0; --place) out += static_cast<char>(0x80 | ((code >> (6 * place)) & 0x3F));
}

class JsonReader
{
public:
	explicit JsonReader(std::string_view text) : text_(text) {}

	std::optional<Json> Read()
	{
		auto value = ReadValue(0);
		SkipBlanks();
		return value && at_ == text_.size() ? value : std::nullopt;
	}

private:
	static constexpr int deepest = 64;

	std::optional<Json> ReadValue(int depth)
	{
		SkipBlanks();
		if (at_ == text_.size() || depth > deepest) return std::nullopt;
		switch (text_[at_])
		{
		case '{': return ReadObject(depth);
		case '[': return ReadList(depth);
		case '"': return ReadText();
		case 't': return ReadWord("true", Json(true));
		case 'f': return ReadWord("false", Json(false));
		case 'n': return ReadWord("null", Json());
		default: return ReadNumber();
		}
	}

	std::optional<Json> ReadObject(int depth)
	{
		Json::Object fields;
		++at_;
		if (Took('}')) return Json(std::move(fields));
		do
		{
			SkipBlanks();
			auto name = ReadText();
			if (!name || !Took(':')) return std::nullopt;
			auto value = ReadValue(depth + 1);
			if (!value) return std::nullopt;
			fields.emplace_back(name->Text(), std::move(*value));
		} while (Took(','));
		if (!Took('}')) return std::nullopt;
		return Json(std::move(fields));
	}

	std::optional<Json> ReadList(int depth)
	{
		Json::List items;
		++at_;
		if (Took(']')) return Json(std::move(items));
		do
		{
			auto value = ReadValue(depth + 1);
			if (!value) return std::nullopt;
			items.push_back(std::move(*value));
		} while (Took(','));
		if (!Took(']')) return std::nullopt;
		return Json(std::move(items));
	}

	std::optional<Json> ReadText()
	{
		std::string out;
		if (at_ == text_.size() || text_[at_++] != '"') return std::nullopt;
		while (at_ < text_.size())
		{
			const char next = text_[at_++];
			if (next == '"') return Json(std::move(out));
			if (static_cast<unsigned char>(next) < 0x20) return std::nullopt;
			if (next != '\\') out += next;
			else if (!ReadEscape(out)) return std::nullopt;
		}
		return std::nullopt;
	}

	bool ReadEscape(std::string& out)
	{
		static constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
		if (at_ == text_.size()) return false;
		const char name = text_[at_++];
		const std::size_t place = names.find(name);
		if (place != std::string_view::npos)
		{
			out += meant[place];
			return true;
		}
		auto code = name == 'u' ? ReadHex() : std::nullopt;
		if (code && *code >= 0xD800 && *code < 0xDC00)
		{
			if (text_.substr(at_, 2) != "\\u") return false;
			at_ += 2;
			const auto low = ReadHex();
			if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
			code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
		}
		else if (!code || (*code >= 0xDC00 && *code < 0xE000))
		{
			return false;
		}
		AppendUtf8(out, *code);
		return true;
	}

	std::optional<std::uint32_t> ReadHex()
	{
		static constexpr std::string_view digits = "0123456789abcdef";
		std::uint32_t code = 0;
		for (int count = 0; count < 4; ++count, ++at_)
		{
			if (at_ == text_.size()) return std::nullopt;
			const char lower = static_cast<char>(text_[at_] | (text_[at_] >= 'A' && text_[at_] <= 'F' ? 0x20 : 0));
			const std::size_t digit = digits.find(lower);
			if (digit == std::string_view::npos) return std::nullopt;
			code = code * 16 + static_cast<std::uint32_t>(digit);
		}
		return code;
	}

	std::optional<Json> ReadWord(std::string_view word, Json value)
	{
		if (text_.substr(at_, word.size()) != word) return std::nullopt;
		at_ += word.size();
		return value;
	}

	// By hand, since the C library reads numbers as the player's language writes them.
	std::optional<Json> ReadNumber()
	{
		const bool negative = text_[at_] == '-';
		if (negative) ++at_;
		double value = 0;
		int exponent = 0;
		const std::size_t whole = ReadDigits(value);
		if (whole == 0) return std::nullopt;
		if (at_ < text_.size() && text_[at_] == '.')
		{
			++at_;
			const std::size_t behind = ReadDigits(value);
			if (behind == 0) return std::nullopt;
			exponent = -static_cast<int>(behind);
		}
		if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E') && !ReadExponent(exponent)) return std::nullopt;
		value = exponent < 0 ? value / std::pow(10.0, -exponent) : value * std::pow(10.0, exponent);
		if (!std::isfinite(value)) return std::nullopt;
		return Json(negative ? -value : value);
	}

	bool ReadExponent(int& exponent)
	{
		++at_;
		const bool negative = at_ < text_.size() && text_[at_] == '-';
		if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
		double power = 0;
		if (ReadDigits(power) == 0 || power > 400) return false;
		exponent += static_cast<int>(negative ? -power : power);
		return true;
	}

	std::size_t ReadDigits(double& value)
	{
		const std::size_t start = at_;
		for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) value = value * 10 + (text_[at_] - '0');
		return at_ - start;
	}

	void SkipBlanks()
	{
		while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
	}

	bool Took(char wanted)
	{
		SkipBlanks();
		if (at_ == text_.size() || text_[at_] != wanted) return false;
		++at_;
		return true;
	}

	std::string_view text_;
	std::size_t at_ = 0;
};

inline void AppendQuoted(std::string& out, std::string_view text)
{
	out += '"';
	for (const char each : text)
	{
		char escaped[8];
		if (each == '"' || each == '\\') (out += '\\') += each;
		else if (static_cast<unsigned char>(each) >= 0x20) out += each;
		else
		{
			std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(each));
			out += escaped;
		}
	}
	out += '"';
}

inline void AppendNumber(std::string& out, double value)
{
	static constexpr double exact = 9007199254740992.0;
	char text[32];
	const bool whole = std::floor(value) == value && std::fabs(value) < exact;
	if (whole) std::snprintf(text, sizeof text, "%lld", static_cast<long long>(value));
	else std::snprintf(text, sizeof text, "%.17g", value);
	for (char& each : text)
	{
		if (each == ',') each = '.';
	}
	out += std::isfinite(value) ? text : "null";
}

} // namespace detail

inline std::optional<Json> Json::Parse(std::string_view text)
{
	return detail::JsonReader(text).Read();
}

inline std::string Json::Write() const
{
	std::string out;
	WriteTo(out);
	return out;
}

inline void Json::WriteTo(std::string& out) const
{
	if (IsNull()) out += "null";
	else if (IsBool()) out += Bool() ? "true" : "false";
	else if (IsNumber()) detail::AppendNumber(out, Number());
	else if (IsText()) detail::AppendQuoted(out, Text());
	else if (IsObject())
	{
		out += '{';
		for (const auto& [name, value] : Fields())
		{
			if (out.back() != '{') out += ',';
			detail::AppendQuoted(out, name);
			out += ':';
			value.WriteTo(out);
		}
		out += '}';
	}
	else
	{
		out += '[';
		bool first = true;
		for (const Json& each : Items())
		{
			if (!first) out += ',';
			first = false;
			each.WriteTo(out);
		}
		out += ']';
	}
}

} // namespace npc
