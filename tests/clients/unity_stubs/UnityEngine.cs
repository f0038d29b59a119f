// Declarations of the members of UnityEngine that the package uses, as Unity 2021.3 documents them, so that its syntax
// and types can be compiled where there is no Unity. Nothing here does anything.
using System;

#pragma warning disable 67

namespace UnityEngine
{
    public class Object
    {
        public string name { get; set; }

        public static bool operator ==(Object one, Object other) => ReferenceEquals(one, other);

        public static bool operator !=(Object one, Object other) => !ReferenceEquals(one, other);

        public override bool Equals(object other) => ReferenceEquals(this, other);

        public override int GetHashCode() => 0;
    }

    public sealed class GameObject : Object
    {
        public GameObject(string name)
        {
        }

        public bool activeSelf => true;
        public Transform transform => null;

        public static GameObject CreatePrimitive(PrimitiveType type) => null;

        public T AddComponent<T>() where T : Component => null;

        public T GetComponent<T>() => default(T);

        public void SetActive(bool value)
        {
        }
    }

    public enum PrimitiveType
    {
        Sphere,
        Capsule,
        Cylinder,
        Cube,
        Plane,
        Quad,
    }

    public class Component : Object
    {
        public GameObject gameObject => null;
        public Transform transform => null;

        public T GetComponent<T>() => default(T);

        public T[] GetComponents<T>() => null;
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; }
    }

    public class MonoBehaviour : Behaviour
    {
    }

    public class Transform : Component
    {
        public Vector3 position { get; set; }
        public Vector3 localPosition { get; set; }
        public Vector3 localScale { get; set; }
        public Vector3 forward { get; set; }

        public void SetParent(Transform parent, bool worldPositionStays)
        {
        }

        public void Rotate(float xAngle, float yAngle, float zAngle)
        {
        }
    }

    public struct Vector3
    {
        public float x, y, z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        public static Vector3 one => default(Vector3);
        public static Vector3 up => default(Vector3);
        public static Vector3 zero => default(Vector3);

        public static float Distance(Vector3 a, Vector3 b) => 0;

        public static Vector3 operator +(Vector3 a, Vector3 b) => a;

        public static Vector3 operator *(Vector3 a, float d) => a;
    }

    public struct Color
    {
        public float r, g, b, a;

        public Color(float r, float g, float b)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            a = 1;
        }

        public static Color gray => default(Color);
        public static Color yellow => default(Color);
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
        {
        }
    }

    public sealed class Material : Object
    {
        public Color color { get; set; }
    }

    public class Renderer : Component
    {
        public Material material { get; set; }
    }

    public class SkinnedMeshRenderer : Renderer
    {
        public Mesh sharedMesh { get; set; }

        public void SetBlendShapeWeight(int index, float value)
        {
        }
    }

    public sealed class Mesh : Object
    {
        public int GetBlendShapeIndex(string blendShapeName) => -1;
    }

    public sealed class Camera : Behaviour
    {
        public static Camera main => null;
    }

    public static class Time
    {
        public static float time => 0;
        public static float deltaTime => 0;
    }

    public static class Screen
    {
        public static int width => 0;
        public static int height => 0;
    }

    public static class Mathf
    {
        public static float Clamp(float value, float min, float max) => value;
    }

    public static class Debug
    {
        public static void Log(object message)
        {
        }

        public static void LogError(object message, Object context)
        {
        }

        public static void LogWarning(object message, Object context)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type requiredComponent)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class HeaderAttribute : Attribute
    {
        public HeaderAttribute(string header)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string tooltip)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(float min, float max)
        {
        }
    }
}
