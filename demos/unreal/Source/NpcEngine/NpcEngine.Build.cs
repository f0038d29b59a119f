using UnrealBuildTool;

public class NpcEngine : ModuleRules
{
	public NpcEngine(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;
		PublicDependencyModuleNames.AddRange(new[] { "Core", "CoreUObject", "Engine", "AudioMixer" });
		PrivateDependencyModuleNames.AddRange(new[] { "WebSockets", "AudioCaptureCore" });
	}
}
