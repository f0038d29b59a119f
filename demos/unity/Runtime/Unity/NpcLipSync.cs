using System;
using System.Collections.Generic;
using UnityEngine;

namespace NpcEngine.Unity
{
    /// <summary>Moves the blend shapes of a face with the visemes of the NpcCharacter beside it.</summary>
    [RequireComponent(typeof(NpcCharacter))]
    [AddComponentMenu("npc-engine/Lip Sync")]
    public sealed class NpcLipSync : MonoBehaviour
    {
        private const float Full = 100;

        [Tooltip("The mesh that has the blend shapes.")]
        public SkinnedMeshRenderer face;

        [Tooltip("Which blend shape stands for which viseme. Reset fills in the names that most avatars use.")]
        public List<VisemeShape> shapes = new List<VisemeShape>();

        [Tooltip("Seconds in which the mouth takes on a shape.")]
        public float settle = 0.06f;

        private readonly VisemeWeights weights = new VisemeWeights();
        private NpcCharacter character;

        private void Reset()
        {
            shapes.Clear();
            foreach (var name in VisemeWeights.Names)
                shapes.Add(new VisemeShape { viseme = name, blendShape = "viseme_" + name });
        }

        private void OnEnable()
        {
            character = GetComponent<NpcCharacter>();
            character.Cue += Follow;
        }

        private void OnDisable()
        {
            character.Cue -= Follow;
        }

        /// <summary>After animations, so that the mouth is ours.</summary>
        private void LateUpdate()
        {
            if (!character.IsSpeaking) weights.Aim("sil");
            weights.Step(Time.deltaTime, settle);
            if (face == null) return;
            foreach (var each in shapes) Shape(each);
        }

        private void Follow(NpcCue cue)
        {
            if (cue.Kind == "viseme") weights.Aim(cue.Value, cue.Weight ?? 1);
        }

        private void Shape(VisemeShape shape)
        {
            var index = face.sharedMesh.GetBlendShapeIndex(shape.blendShape);
            if (index >= 0) face.SetBlendShapeWeight(index, (float)weights[shape.viseme] * shape.strength * Full);
        }
    }

    /// <summary>The blend shape of one viseme.</summary>
    [Serializable]
    public sealed class VisemeShape
    {
        public string viseme = "sil";
        public string blendShape = "";

        [Range(0, 1)]
        public float strength = 1;
    }
}
