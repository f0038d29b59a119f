using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;

namespace NpcEngine
{
    /// <summary>
    /// Marks the method that does an action of a character. Parameters are filled by name: text, whole and other
    /// numbers, bool, an enum, string[]; one of type ActionRequested gets the request itself. A method that returns
    /// nothing has done it; else it returns an NpcResult, or a Task of one, to be awaited within the deadline.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class NpcActionAttribute : Attribute
    {
        public readonly string Name;

        public NpcActionAttribute(string name)
        {
            Name = name;
        }
    }

    /// <summary>What became of an action. The detail is a sentence for the character.</summary>
    public sealed class NpcResult
    {
        /// <summary>done, refused or failed.</summary>
        public readonly string Status;

        public readonly string Detail;

        private NpcResult(string status, string detail)
        {
            Status = status;
            Detail = detail;
        }

        public static NpcResult Done(string detail = null)
        {
            return new NpcResult("done", detail);
        }

        /// <summary>The rules of the game forbid it.</summary>
        public static NpcResult Refused(string detail = null)
        {
            return new NpcResult("refused", detail);
        }

        /// <summary>It was tried in vain.</summary>
        public static NpcResult Failed(string detail = null)
        {
            return new NpcResult("failed", detail);
        }
    }

    /// <summary>The methods that do what characters ask for.</summary>
    public sealed class NpcActions
    {
        private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        private readonly List<Known> known = new List<Known>();

        /// <summary>
        /// Take the methods of an object that bear NpcAction, for requests of one character or, without actorId, of
        /// all. Throws ArgumentException where two do the same, or a parameter is of a type that no argument has.
        /// </summary>
        public void Add(object target, string actorId = null)
        {
            foreach (var method in target.GetType().GetMethods(Any))
            {
                var mark = (NpcActionAttribute)Attribute.GetCustomAttribute(method, typeof(NpcActionAttribute));
                if (mark == null) continue;
                var made = new Known(mark.Name, actorId, target, method);
                if (known.Exists(each => each.Name == made.Name && each.ActorId == actorId))
                    throw new ArgumentException("two methods do the action '" + made.Name + "'");
                known.Add(made);
            }
        }

        /// <summary>Its methods do nothing any more.</summary>
        public void Remove(object target)
        {
            known.RemoveAll(each => ReferenceEquals(each.Target, target));
        }

        /// <summary>
        /// Do what is asked for, and answer it. False if no method does such a thing. What a method throws is thrown
        /// here, once the action is answered as failed.
        /// </summary>
        internal bool Run(ActionRequested request, Action<NpcResult> answer)
        {
            var found = known.Find(each => each.Name == request.Name && each.ActorId == request.ActorId)
                ?? known.Find(each => each.Name == request.Name && each.ActorId == null);
            if (found == null) return false;
            object returned;
            try
            {
                returned = found.Call(request);
            }
            catch (Exception)
            {
                answer(NpcResult.Failed());
                throw;
            }
            var later = returned as Task<NpcResult>;
            if (later == null) answer(returned as NpcResult ?? NpcResult.Done());
            else later.ContinueWith(done => answer(Outcome(done)), TaskScheduler.Default);
            return true;
        }

        private static NpcResult Outcome(Task<NpcResult> done)
        {
            return done.Status == TaskStatus.RanToCompletion && done.Result != null ? done.Result : NpcResult.Failed();
        }

        private sealed class Known
        {
            public readonly string Name, ActorId;
            public readonly object Target;
            private readonly MethodInfo method;

            public Known(string name, string actorId, object target, MethodInfo method)
            {
                Name = name;
                ActorId = actorId;
                Target = target;
                this.method = method;
                foreach (var parameter in method.GetParameters()) Check(parameter);
                var returns = method.ReturnType;
                if (returns != typeof(void) && returns != typeof(NpcResult) && returns != typeof(Task<NpcResult>))
                    throw new ArgumentException(method.Name + " must return nothing, NpcResult or Task<NpcResult>");
            }

            public object Call(ActionRequested request)
            {
                var arguments = Array.ConvertAll(method.GetParameters(), parameter => Argument(parameter, request));
                try
                {
                    return method.Invoke(Target, arguments);
                }
                catch (TargetInvocationException thrown)
                {
                    ExceptionDispatchInfo.Capture(thrown.InnerException).Throw();
                    throw;
                }
            }

            private void Check(ParameterInfo parameter)
            {
                var type = parameter.ParameterType;
                if (type == typeof(ActionRequested) || ActionArgument.Takes(type)) return;
                throw new ArgumentException(Place(parameter) + " is a " + type.Name
                    + ": arguments are text, numbers, bool, enums and string[]");
            }

            private object Argument(ParameterInfo parameter, ActionRequested request)
            {
                if (parameter.ParameterType == typeof(ActionRequested)) return request;
                foreach (var given in request.Args)
                {
                    if (!ActionArgument.SameName(given.Key, parameter.Name)) continue;
                    object converted;
                    if (ActionArgument.Convert(given.Value, parameter.ParameterType, out converted)) return converted;
                    throw new ArgumentException(
                        Place(parameter) + " is no " + parameter.ParameterType.Name + ": " + Json.Write(given.Value));
                }
                if (parameter.HasDefaultValue) return parameter.DefaultValue;
                throw new ArgumentException(Place(parameter) + " is not among what came: " + Json.Write(request.Args));
            }

            private string Place(ParameterInfo parameter)
            {
                return "'" + parameter.Name + "' of " + Target.GetType().Name + "." + method.Name;
            }
        }
    }

    /// <summary>From what JSON holds to what methods take.</summary>
    internal static class ActionArgument
    {
        public static bool Takes(Type type)
        {
            return type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long)
                || type == typeof(float) || type == typeof(double) || type == typeof(string[]) || type.IsEnum;
        }

        /// <summary>Whether an argument such as lent_item is meant by a parameter such as lentItem.</summary>
        public static bool SameName(string argument, string parameter)
        {
            return string.Equals(Plain(argument), Plain(parameter), StringComparison.OrdinalIgnoreCase);
        }

        /// <summary>The value as this type; false if it is of another, or would not fit.</summary>
        public static bool Convert(object value, Type type, out object converted)
        {
            converted = null;
            if (value is double number) converted = ToNumber(number, type);
            else if (value is string text && type.IsEnum) converted = ToEnum(text, type);
            else if (value is IList items && type == typeof(string[])) converted = ToTexts(items);
            else if (value != null && value.GetType() == type) converted = value;
            return converted != null;
        }

        private static object ToNumber(double number, Type type)
        {
            if (type == typeof(double)) return number;
            if (type == typeof(float)) return (float)number;
            var whole = number == Math.Floor(number);
            if (type == typeof(int) && whole && Math.Abs(number) <= int.MaxValue) return (int)number;
            if (type == typeof(long) && whole && Math.Abs(number) <= 1L << 53) return (long)number;
            return null;
        }

        private static object ToEnum(string text, Type type)
        {
            foreach (var name in Enum.GetNames(type))
                if (SameName(text, name)) return Enum.Parse(type, name);
            return null;
        }

        private static object ToTexts(IList items)
        {
            var texts = new string[items.Count];
            for (var index = 0; index < texts.Length; index++)
            {
                texts[index] = items[index] as string;
                if (texts[index] == null) return null;
            }
            return texts;
        }

        private static string Plain(string name)
        {
            return name.Replace("_", "").Replace("-", "");
        }
    }
}
