using PyWharf.Application.Ports;
using PyWharf.Infrastructure.State;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Initialize;

public sealed class FileConfigurationStoreContractTests : ConfigurationStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServerRoot _root;

    public FileConfigurationStoreContractTests()
    {
        _root = new ServerRoot(_folder.At("root"));
        _root.Create();
    }

    public void Dispose() => _folder.Dispose();

    private protected override IConfigurationStore Open() => new FileConfigurationStore(_root, TimeProvider.System);
}
