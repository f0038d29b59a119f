using System;
using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>A JSON object, whose fields are read with their types. Throws FormatException.</summary>
    internal sealed class JsonFields
    {
        public readonly Dictionary<string, object> All;

        public JsonFields(Dictionary<string, object> all)
        {
            All = all;
        }

        public string Text(string name)
        {
            return Wanted<string>(name, Find(name));
        }

        public string TextOrNull(string name)
        {
            return Find(name) == null ? null : Text(name);
        }

        public int Whole(string name)
        {
            return ToWhole(name, Wanted<double>(name, Find(name)));
        }

        public int? WholeOrNull(string name)
        {
            return Find(name) == null ? (int?)null : Whole(name);
        }

        public double? NumberOrNull(string name)
        {
            return Find(name) == null ? (double?)null : Wanted<double>(name, Find(name));
        }

        public bool Flag(string name)
        {
            return Find(name) != null && Wanted<bool>(name, Find(name));
        }

        public Dictionary<string, object> Object(string name)
        {
            return Wanted<Dictionary<string, object>>(name, Find(name));
        }

        /// <summary>A list of objects; empty where there is none.</summary>
        public List<T> Objects<T>(string name, Func<JsonFields, T> make)
        {
            var made = new List<T>();
            foreach (var item in Items(name))
                made.Add(make(new JsonFields(Wanted<Dictionary<string, object>>(name, item))));
            return made;
        }

        /// <summary>A list of texts; empty where there is none.</summary>
        public List<string> Texts(string name)
        {
            var texts = new List<string>();
            foreach (var item in Items(name)) texts.Add(Wanted<string>(name, item));
            return texts;
        }

        /// <summary>An object whose values all are of one type.</summary>
        public Dictionary<string, T> Map<T>(string name, Func<object, T> convert)
        {
            var map = new Dictionary<string, T>();
            foreach (var field in Object(name)) map[field.Key] = convert(field.Value);
            return map;
        }

        public static int ToWhole(string name, object value)
        {
            var number = Wanted<double>(name, value);
            if (number != Math.Floor(number) || Math.Abs(number) > int.MaxValue)
                throw new FormatException("'" + name + "' is no whole number");
            return (int)number;
        }

        public static T Wanted<T>(string name, object value)
        {
            if (value is T) return (T)value;
            throw new FormatException("the server sent no " + typeof(T).Name + " as '" + name + "'");
        }

        private List<object> Items(string name)
        {
            return Find(name) == null ? new List<object>() : Wanted<List<object>>(name, Find(name));
        }

        private object Find(string name)
        {
            object value;
            return All.TryGetValue(name, out value) ? value : null;
        }
    }
}
