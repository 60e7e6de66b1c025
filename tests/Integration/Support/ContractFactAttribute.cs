using Xunit.Sdk;

namespace PyWharf.Integration.Support;

/// <summary>
/// A test of a contract, which runs in each class that derives from it: skipped, with the reason, on a machine that has not what that class needs
/// (<see cref="RequiresAttribute"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PyWharf.Integration.Support.ContractFactDiscoverer", "PyWharf.Integration")]
internal sealed class ContractFactAttribute : FactAttribute;
