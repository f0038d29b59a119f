using NpcEngine.Unity;
using UnityEngine;

namespace NpcEngine.Deadwood
{
    /// <summary>A head of two shapes, for a character that has no mesh yet: the mouth opens with the visemes.</summary>
    [RequireComponent(typeof(NpcCharacter))]
    public sealed class DeadwoodFace : MonoBehaviour
    {
        private const double Settle = 0.06;
        private readonly VisemeWeights weights = new VisemeWeights();
        private NpcCharacter character;
        private Transform mouth;

        private void Start()
        {
            character = GetComponent<NpcCharacter>();
            character.Cue += Follow;
            Shape(PrimitiveType.Capsule, Vector3.zero, Vector3.one, new Color(0.2f, 0.4f, 0.5f));
            mouth = Shape(
                PrimitiveType.Sphere, new Vector3(0, 0.6f, -0.45f), Vector3.one * 0.2f, new Color(0.5f, 0.05f, 0.1f));
        }

        private void Update()
        {
            if (!character.IsSpeaking) weights.Aim("sil");
            weights.Step(Time.deltaTime, Settle);
            var round = weights["O"] + weights["U"];
            var open = weights["aa"] + 0.7 * weights["E"] + 0.4 * weights["I"] + 0.7 * round;
            mouth.localScale = new Vector3(0.25f - 0.1f * (float)round, 0.04f + 0.2f * (float)open, 0.1f);
        }

        private void Follow(NpcCue cue)
        {
            if (cue.Kind == "viseme") weights.Aim(cue.Value, cue.Weight ?? 1);
        }

        private Transform Shape(PrimitiveType kind, Vector3 position, Vector3 size, Color color)
        {
            var shape = GameObject.CreatePrimitive(kind).transform;
            shape.SetParent(transform, false);
            shape.localPosition = position;
            shape.localScale = size;
            shape.GetComponent<Renderer>().material.color = color;
            return shape;
        }
    }
}
