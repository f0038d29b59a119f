using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace NpcEngine
{
    /// <summary>
    /// Strict JSON, since neither System.Text.Json nor Newtonsoft is in every Unity. Values are null, bool, double,
    /// string, List of object and Dictionary of string to object.
    /// </summary>
    public static class Json
    {
        /// <summary>One whole JSON text. Throws FormatException that names the place.</summary>
        public static object Read(string text)
        {
            return new JsonReader(text).ReadAll();
        }

        /// <summary>
        /// A value as JSON: null, bool, any number, string, dictionaries with string keys, anything enumerable.
        /// Throws ArgumentException for what JSON can't hold.
        /// </summary>
        public static string Write(object value)
        {
            var text = new StringBuilder();
            Write(value, text);
            return text.ToString();
        }

        private static void Write(object value, StringBuilder text)
        {
            if (value == null) text.Append("null");
            else if (value is bool flag) text.Append(flag ? "true" : "false");
            else if (value is string words) WriteString(words, text);
            else if (value is IDictionary fields) WriteObject(fields, text);
            else if (value is IEnumerable items) WriteList(items, text);
            else text.Append(Number(value));
        }

        private static string Number(object value)
        {
            if (value is double || value is float)
            {
                var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                if (double.IsNaN(number) || double.IsInfinity(number))
                    throw new ArgumentException("JSON has no NaN and no infinity");
                return ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture);
            }
            if (value is int || value is long || value is uint || value is short || value is byte)
                return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
            throw new ArgumentException("JSON can't hold a " + value.GetType().Name);
        }

        private static void WriteObject(IDictionary fields, StringBuilder text)
        {
            var gap = "{";
            foreach (DictionaryEntry field in fields)
            {
                text.Append(gap);
                WriteString((string)field.Key, text);
                text.Append(':');
                Write(field.Value, text);
                gap = ",";
            }
            text.Append(gap == "{" ? "{}" : "}");
        }

        private static void WriteList(IEnumerable items, StringBuilder text)
        {
            var gap = "[";
            foreach (var item in items)
            {
                text.Append(gap);
                Write(item, text);
                gap = ",";
            }
            text.Append(gap == "[" ? "[]" : "]");
        }

        private static void WriteString(string words, StringBuilder text)
        {
            text.Append('"');
            for (var at = 0; at < words.Length; at++)
            {
                var letter = words[at];
                var isPair = at + 1 < words.Length && char.IsSurrogatePair(letter, words[at + 1]);
                if (isPair) text.Append(letter).Append(words[++at]);
                else if (char.IsSurrogate(letter)) text.Append('\uFFFD'); // half a pair, which JSON hasn't
                else if (letter == '"' || letter == '\\') text.Append('\\').Append(letter);
                else if (letter < ' ') text.Append("\\u").Append(((int)letter).ToString("x4"));
                else text.Append(letter);
            }
            text.Append('"');
        }
    }

    internal sealed class JsonReader
    {
        private const int Deepest = 64;
        private readonly string text;
        private int at;
        private int depth;

        public JsonReader(string text)
        {
            this.text = text ?? throw new ArgumentNullException(nameof(text));
        }

        public object ReadAll()
        {
            var value = ReadValue();
            SkipBlanks();
            if (at < text.Length) throw Wrong("something follows the value");
            return value;
        }

        private object ReadValue()
        {
            SkipBlanks();
            switch (Peek())
            {
                case '{': return Nested(ReadObject);
                case '[': return Nested(ReadList);
                case '"': return ReadString();
                case 't': return Literal("true", true);
                case 'f': return Literal("false", false);
                case 'n': return Literal("null", null);
                default: return ReadNumber();
            }
        }

        private object Nested(Func<object> read)
        {
            if (++depth > Deepest) throw Wrong("nested too deeply");
            at++;
            var value = read();
            depth--;
            return value;
        }

        private object ReadObject()
        {
            var fields = new Dictionary<string, object>();
            if (Skip('}')) return fields;
            do
            {
                SkipBlanks();
                if (Peek() != '"') throw Wrong("a key must be a string");
                var key = ReadString();
                if (fields.ContainsKey(key)) throw Wrong("the key '" + key + "' comes twice");
                if (!Skip(':')) throw Wrong("a ':' is missing");
                fields[key] = ReadValue();
            }
            while (Skip(','));
            if (!Skip('}')) throw Wrong("a ',' or '}' is missing");
            return fields;
        }

        private object ReadList()
        {
            var items = new List<object>();
            if (Skip(']')) return items;
            do items.Add(ReadValue());
            while (Skip(','));
            if (!Skip(']')) throw Wrong("a ',' or ']' is missing");
            return items;
        }

        private string ReadString()
        {
            var words = new StringBuilder();
            at++;
            while (Peek() != '"')
            {
                var letter = text[at++];
                if (letter < ' ') throw Wrong("a control character in a string");
                words.Append(letter == '\\' ? ReadEscape() : letter);
            }
            at++;
            var read = words.ToString();
            if (!IsWhole(read)) throw Wrong("half a surrogate pair in a string");
            return read;
        }

        private char ReadEscape()
        {
            const string Names = "\"\\/bfnrt", Meant = "\"\\/\b\f\n\r\t";
            var name = Peek();
            at++;
            if (name == 'u') return ReadCodeUnit();
            var found = Names.IndexOf(name);
            if (found < 0) throw Wrong("no such escape");
            return Meant[found];
        }

        private char ReadCodeUnit()
        {
            var digits = at + 4 <= text.Length ? text.Substring(at, 4) : "";
            at += 4;
            int unit;
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                throw Wrong("\\u needs four hexadecimal digits");
            return (char)unit;
        }

        private static bool IsWhole(string words)
        {
            for (var at = 0; at < words.Length; at++)
            {
                if (!char.IsSurrogate(words[at])) continue;
                if (!char.IsHighSurrogate(words[at]) || at + 1 == words.Length) return false;
                if (!char.IsLowSurrogate(words[++at])) return false;
            }
            return true;
        }

        private object ReadNumber()
        {
            var start = at;
            Take('-');
            if (!Take('0')) TakeDigits();
            if (Take('.')) TakeDigits();
            if (Take('e') || Take('E'))
            {
                if (!Take('-')) Take('+');
                TakeDigits();
            }
            var digits = text.Substring(start, at - start);
            double number;
            var read = double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
            if (!read || double.IsInfinity(number)) throw Wrong("a number that is too large");
            return number;
        }

        private void TakeDigits()
        {
            var start = at;
            while (at < text.Length && text[at] >= '0' && text[at] <= '9') at++;
            if (at == start) throw Unknown();
        }

        private object Literal(string word, object value)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0) throw Unknown();
            at += word.Length;
            return value;
        }

        private char Peek()
        {
            if (at >= text.Length) throw Wrong("it ends too early");
            return text[at];
        }

        private bool Take(char wanted)
        {
            var found = at < text.Length && text[at] == wanted;
            if (found) at++;
            return found;
        }

        private bool Skip(char wanted)
        {
            SkipBlanks();
            return Take(wanted);
        }

        private void SkipBlanks()
        {
            while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0) at++;
        }

        private FormatException Unknown()
        {
            return Wrong("no JSON value begins like this");
        }

        private FormatException Wrong(string what)
        {
            return new FormatException("not JSON at character " + at + ": " + what);
        }
    }
}
