namespace PyWharf.Integration.Support;

/// <summary>A file or folder that is mounted in the place of another, as containers mount configurations. Takes root.</summary>
internal sealed class BindMount : IDisposable
{
    private readonly string _at;

    private BindMount(string at) => _at = at;

    public static async Task<BindMount> MountAsync(string file, string at)
    {
        (await RunAsync("mount", "--bind", file, at)).Succeeded();

        return new BindMount(at);
    }

    /// <summary>A folder that can't be written by its path until this is disposed of, by root neither.</summary>
    public static async Task<BindMount> ProtectAsync(string folder)
    {
        var mount = await MountAsync(folder, folder);
        (await RunAsync("mount", "-o", "remount,ro,bind", folder)).Succeeded();

        return mount;
    }

    public void Dispose() => RunAsync("umount", "--lazy", _at).GetAwaiter().GetResult();

    private static Task<ProcessResult> RunAsync(string program, params string[] args) =>
        ChildProcess.RunAsync(ChildProcess.Describe(program, args, [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")]));
}
